/** How a preview looks, light and dark. */

/** Contrast of all text is 4.5:1 and more on its ground. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ground:#fff;--card:#fff;--ink:#16181d;--ink2:#4b515c;--line:#dfe2e8;--link:#204fc4;--code:#f3f5f8;--add:#e3f5e8;--addink:#14532d;--del:#fbe7e9;--delink:#8f1d2c;--warn:#8a3b00}
@media(prefers-color-scheme:dark){:root{--ground:#131518;--card:#1a1d21;--ink:#f2f4f7;--ink2:#c3c8d1;--line:#31353c;--link:#84b3ff;--code:#24282e;--add:#173524;--addink:#b6efc8;--del:#41202a;--delink:#ffc2c9;--warn:#ffb27a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:110rem;padding:1.25rem;background:var(--ground);color:var(--ink);font:1rem/1.5 "IBM Plex Sans",system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.25rem;margin:0}h3{font-size:1rem;margin:1rem 0 .5rem;font-weight:400}h4{font-size:.875rem;margin:0 0 .35rem;color:var(--ink2)}
header p,.place,.from,.note{margin:.15rem 0;color:var(--ink2)}.place,.from{font-size:.875rem}
a{color:var(--link)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1rem 0;padding:0;list-style:none}
section{margin:1.25rem 0;padding:1rem 1.25rem;background:var(--card);border:1px solid var(--line);border-radius:8px;scroll-margin-top:1rem}
.state{display:inline-block;padding:0 .5em;border-radius:1em;font-size:.8rem;font-weight:600;vertical-align:.1em;background:var(--code);color:var(--ink2)}
.new{background:var(--add);color:var(--addink)}.gone{background:var(--del);color:var(--delink)}
details{margin:.75rem 0}summary{cursor:pointer;color:var(--ink2)}
pre{overflow-x:auto;margin:.4rem 0 0;padding:.6rem .75rem;background:var(--code);border-radius:4px;font:.8125rem/1.5 "IBM Plex Mono",ui-monospace,monospace}
details>pre>*{display:block;min-width:max-content;text-decoration:none}ins{background:var(--add);color:var(--addink)}del{background:var(--del);color:var(--delink)}
code{background:var(--code);padding:.1em .35em;border-radius:4px;font-size:.9375em;overflow-wrap:anywhere}
.two{display:grid;gap:1rem;grid-template-columns:repeat(2,minmax(0,1fr))}.one{max-width:56rem}
figure{margin:0;min-width:0}img{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:4px}
.said{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}.said pre{white-space:pre}
.failure{margin:.25rem 0;padding:.6rem .75rem;border:1px solid currentColor;border-radius:4px;color:var(--warn)}
mark{background:var(--add);color:inherit}
@media(max-width:60rem){.two{grid-template-columns:1fr}body{padding:.75rem}section{padding:.75rem}}
`;
