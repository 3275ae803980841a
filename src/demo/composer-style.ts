/** The style sheet of the composer page: one file without anything to load, light and dark. */

/** How many colours the lines go through; each has a class `l<n>` and, for swatches, `b<n>`. */
export const LINE_COLOURS = 8;

/** Colours of series in both themes, the order of the charts in chat. */
const LIGHT = ['#204FC4', '#E8620D', '#02A48C', '#7D0A47', '#8B5CF6', '#615900', '#007DA9', '#925E5E'];
const DARK = ['#84B3FF', '#EE8E24', '#55F0D7', '#CC4E7E', '#796DD9', '#EEDB54', '#409ABD', '#C4B1A2'];

const colours = (list: readonly string[]) =>
  list.map((colour, index) => `.l${index}{stroke:${colour}}.b${index}{background:${colour}}`).join('');

/** The whole style sheet; its hash is in the page's content security policy. */
export const COMPOSER_CSS = `:root{color-scheme:light dark;--ground:#fff;--card:#f6f7f9;--ink:#16181d;--ink2:#4b515c;--grid:#e6e8ec;--axis:#8d95a3;--link:#204fc4}
*{box-sizing:border-box}
body{margin:0 auto;max-width:980px;padding:20px 24px 40px;background:var(--ground);color:var(--ink);font:16px/1.45 "IBM Plex Sans",system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
header{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px}
h1{margin:0;font-size:24px;font-weight:600}
header p{flex-basis:100%;margin:0;color:var(--ink2)}
.badge{border:1.5px solid var(--axis);border-radius:5px;padding:1px 9px;color:var(--ink2);font-size:14px;font-weight:600;letter-spacing:.04em}
.window{margin:22px 0 10px;font-size:18px;font-weight:600}
figure{margin:0}
svg{display:block;width:100%;height:auto;overflow:visible;font-family:"IBM Plex Sans",system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.line{fill:none;stroke-width:1.7;stroke-linejoin:round;stroke-linecap:round}
.grid{stroke:var(--grid)}.tick{stroke:var(--axis)}
.label{fill:var(--ink2);font-size:13px}
.scroll{overflow-x:auto;margin-top:14px}
table{width:100%;border-collapse:collapse}
th,td{padding:7px 10px;border-bottom:1px solid var(--grid);text-align:right;white-space:nowrap}
thead th{color:var(--ink2);font-size:14px;font-weight:400}
th:first-child{padding-left:0;text-align:left;font-weight:500;white-space:normal;overflow-wrap:anywhere;min-width:9em}
td:last-child,th:last-child{padding-right:0}
.swatch{display:inline-block;width:14px;height:4px;margin-right:9px;border-radius:2px;vertical-align:middle}
.step{margin:8px 0 0;color:var(--ink2);font-size:14px}
h2{margin:26px 0 8px;color:var(--ink2);font-size:14px;font-weight:600}
.targets code{display:block;margin-bottom:8px;padding:9px 12px;border-radius:6px;background:var(--card);font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.bar{fill:var(--link)}
.pills{margin:0 0 12px}.pills code{display:inline-block;margin:0 8px 6px 0;padding:3px 10px;border-radius:6px;background:var(--card);font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.logs td{padding:6px 10px 6px 0;text-align:left;vertical-align:top;font-size:14px}.logs td:last-child{width:100%;white-space:pre-wrap;overflow-wrap:anywhere}.logs th{padding-left:0;text-align:left}.logs summary{cursor:pointer}.logs details pre{margin:4px 0 0;color:var(--ink2);font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap}
.empty{padding:36px 0;color:var(--ink2);font-size:18px;text-align:center}
ul{margin:0;padding:0;list-style:none;columns:20em}
li{padding:4px 0;overflow-wrap:anywhere}
a{color:var(--link)}
${colours(LIGHT)}
@media (max-width:600px){body{padding:14px 14px 32px;font-size:15px}.label{font-size:25px}.line{stroke-width:3.2}tr{display:grid;grid-template-columns:repeat(4,1fr);border-bottom:1px solid var(--grid)}th,td{border:0;padding:4px 0 7px}tbody th{grid-column:1/-1;padding:8px 0 0}thead th:first-child{display:none}.logs thead{display:none}.logs tr{display:block;padding:6px 0}.logs td{display:inline-block;padding:0 10px 2px 0;white-space:normal}.logs td:last-child{display:block}}
@media (prefers-color-scheme:dark){:root{--ground:#1a1d21;--card:#24282e;--ink:#f2f4f7;--ink2:#c3c8d1;--grid:#31353c;--axis:#767e8b;--link:#84b3ff}${colours(DARK)}}`;
