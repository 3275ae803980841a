/** Every text of a picture with the room that it takes, to ask which touch each other. */
import type { Box, ChartModel, Text } from '../../src/render/chart/model.ts';
import { textWidth } from '../../src/render/chart/text.ts';
import { labelMiddle, tickStyle } from '../../src/render/chart/time-axis.ts';

interface Placed extends Box {
  readonly text: string;
}

/** From the top of its capitals to its baseline; what hangs below is left out, as it rarely meets anything. */
function boxOf({ text, x, y, align, size, weight }: Text): Placed {
  const width = textWidth(text, { size, weight });
  const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
  return { text, left, right: left + width, top: y - size * 0.72, bottom: y };
}

/** All texts of a picture. */
function textsOf(model: ChartModel): Placed[] {
  const {
    title,
    subtitle,
    secondLine,
    pill,
    badge,
    footer,
    labels,
    limits,
    marks,
    moreMarks,
    texts,
    table,
    key,
    panels = [],
  } = model;
  const named = (all: ChartModel['labels']) => all.flatMap(({ name, value }) => [name, ...(value ? [value] : [])]);
  const limited = (all: ChartModel['limits']) => all.flatMap(({ pill, word }) => [pill.text, ...(word ? [word] : [])]);
  const own: Text[] = [
    title,
    subtitle,
    ...(secondLine ? [secondLine] : []),
    footer.left,
    footer.right,
    ...(pill ? [pill.text] : []),
    ...(badge ? [badge.text] : []),
    ...named(labels),
    ...limited(limits),
    ...marks.flatMap(({ text }) => (text ? [text] : [])),
    ...(moreMarks ? [moreMarks] : []),
    ...texts,
    ...(table ? [...table.heads, ...table.rows.flatMap(({ cells }) => cells)] : []),
    ...(key ? [key.head, ...key.rows.map(({ text }) => text)] : []),
    ...panels.flatMap((panel) => [panel.title, ...panel.texts, ...named(panel.labels), ...limited(panel.limits)]),
    ...axisTexts(model),
  ];
  return own.filter(({ text }) => text !== '').map(boxOf);
}

function axisTexts({ plot, valueAxis, timeAxis, width }: ChartModel): Text[] {
  const axis = tickStyle({ isDate: false });
  const limits = { left: 24, right: width - 24 };
  const values = valueAxis.ticks.flatMap(({ y, label }): Text[] =>
    label === undefined ? [] : [{ text: label, x: plot.left - 10, y: y + 6, align: 'right', color: '', ...axis }],
  );
  const times = timeAxis.ticks.flatMap((tick): Text[] => {
    if (tick.label === undefined) return [];
    const y = (timeAxis.bottom ?? plot.bottom) + 26;
    return [{ text: tick.label, x: labelMiddle(tick, limits), y, align: 'center', color: '', ...tickStyle(tick) }];
  });
  return [...values, ...times];
}

/** Pairs of texts that touch, and texts beyond the picture's edge. */
export function touching(model: ChartModel): string[] {
  const all = textsOf(model);
  const pairs = all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter(
        (other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom,
      )
      .map((other) => `${one.text} × ${other.text}`),
  );
  const outside = all.filter(
    ({ left, right, top, bottom }) => left < 0 || right > model.width || top < 0 || bottom > model.height,
  );
  return [...pairs, ...outside.map(({ text }) => `${text} outside`)];
}
