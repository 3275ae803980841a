/** Places title, subtitle, badge and footer, whatever the picture is. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { stateColor, stateTexts } from './firing.ts';
import type { ChartModel, Text } from './model.ts';
import type { Palette } from './palette.ts';
import { fitSubtitle, fitTwoLines, type SubtitleParts } from './subtitle.ts';
import { cleanText, clipText, fitText, fitTitle, isolate, TYPE, textWidth } from './text.ts';

const BADGE = { height: 25, top: 19, padding: 10 } as const;
/** The state of an alert, and its distance from the title. */
const PILL = { height: 26, top: 19, padding: 11, gap: 13 } as const;
const SEPARATOR = ' · ';
/** The origin keeps at least this when remarks need room. */
const ORIGIN_MIN_PX = 160;

/** The words of a picture. */
export interface Heading {
  readonly subtitle: SubtitleParts;
  /** For the footer: what is left out or drawn in another way. */
  readonly remarks: readonly string[];
}

/** Where the words stand. */
export interface HeadingSpace {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** Whether the subtitle has a second line. */
  readonly isNarrow: boolean;
}

/** What of a model they are. */
export type HeadingPart = 'title' | 'subtitle' | 'secondLine' | 'pill' | 'badge' | 'footer';

type Fitted = { readonly text: string; readonly more?: string; readonly toFooter?: string };

/** Places the words around a picture. */
export function placeHeading(
  answer: Answer,
  { subtitle: parts, remarks }: Heading,
  palette: Palette,
  space: HeadingSpace,
): Pick<ChartModel, HeadingPart> {
  const { left, right, height, isNarrow } = space;
  const badgeWidth = answer.question.query.isDemo ? textWidth('DEMO', TYPE.badge) + 2 * BADGE.padding : 0;
  const titleRoom = right - left - (badgeWidth > 0 ? badgeWidth + 16 : 0);
  const against = answer.comparison ? `, against ${cleanText(answer.comparison.label)}` : '';
  const base = { align: 'left' as const };
  const wanted = cleanText(answer.title) + against;
  const pill = placePill(answer, textWidth(wanted, TYPE.title), titleRoom, palette, left);
  const titleX = pill ? pill.box.right + PILL.gap : left;
  const title = fitTitle(wanted, titleRoom - (titleX - left), TYPE.title);
  const place = isNarrow ? fitTwoLines : fitSubtitle;
  const { text: subtitle, more = '', toFooter }: Fitted = place(parts, right - left, TYPE.axis);
  const line = { ...base, x: left, color: palette.ink2, ...TYPE.axis };
  const badgeBox = { left: right - badgeWidth, right, top: BADGE.top, bottom: BADGE.top + BADGE.height };
  const badgeText: Text = {
    text: 'DEMO',
    x: right - badgeWidth / 2,
    y: BADGE.top + 18,
    align: 'center',
    color: palette.ink3,
    ...TYPE.badge,
  };
  return {
    title: { ...base, text: isolate(title), x: titleX, y: 41, color: palette.ink, ...TYPE.title },
    subtitle: { ...line, text: subtitle, y: 67 },
    ...(more !== '' && { secondLine: { ...line, text: more, y: 89 } }),
    ...(pill && { pill }),
    ...(badgeWidth > 0 && { badge: { box: badgeBox, text: badgeText } }),
    footer: placeFooter(answer, toFooter ? [toFooter, ...remarks] : remarks, palette, { left, right, y: height - 14 }),
  };
}

/** The state of an alert; its duration is left out where the title would be cut for it. */
function placePill(
  { alert, nowMs }: Answer,
  titleWidth: number,
  room: number,
  palette: Palette,
  left: number,
): ChartModel['pill'] {
  if (!alert) return undefined;
  const texts = stateTexts(alert, nowMs);
  const widthOf = (text: string) => textWidth(text, TYPE.badge) + 2 * PILL.padding;
  const text = texts.find((one) => widthOf(one) + PILL.gap + titleWidth <= room) ?? texts.at(-1) ?? '';
  const right = left + widthOf(text);
  const box = { left, right, top: PILL.top, bottom: PILL.top + PILL.height };
  const place = { x: (left + right) / 2, y: PILL.top + 18.5, align: 'center' as const };
  return { box, color: stateColor(alert, palette), text: { text, ...place, color: palette.onPill, ...TYPE.badge } };
}

function placeFooter(
  { question, origin: target, alert }: Answer,
  remarks: readonly string[],
  palette: Palette,
  { left, right, y }: { readonly left: number; readonly right: number; readonly y: number },
): ChartModel['footer'] {
  const base = { y, color: palette.ink3, ...TYPE.footer };
  const of = alert ? `alert ${cleanText(alert.name)}` : `query ${cleanText(question.query.id)}`;
  const id = fitText(of, 240, TYPE.footer);
  const room = right - left - textWidth(id, TYPE.footer) - 24;
  const said = remarks.join(SEPARATOR);
  const remarksWidth = said ? textWidth(SEPARATOR + said, TYPE.footer) : 0;
  const origin = fitText(cleanText(target), Math.max(ORIGIN_MIN_PX, room - remarksWidth), TYPE.footer);
  const text = clipText([isolate(origin), said].filter(Boolean).join(SEPARATOR), room, TYPE.footer);
  return {
    left: { ...base, text, x: left, align: 'left' },
    right: { ...base, text: isolate(id), x: right, align: 'right' },
  };
}
