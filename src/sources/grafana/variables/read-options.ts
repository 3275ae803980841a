/** Values of variables in the frames of an answer. Pure. */
import type { DataFrame, Field } from '../data-frame.ts';
import { OPTIONS_MAX, type VariableOption } from './options.ts';

/** The column that was named, else `__value` with `__text`, else the first that is no time. */
export function optionsInFrames(frames: readonly DataFrame[], column?: string): readonly VariableOption[] {
  return frames.flatMap((frame) => optionsInFrame(frame, column)).slice(0, OPTIONS_MAX);
}

function optionsInFrame({ fields, length }: DataFrame, column: string | undefined): readonly VariableOption[] {
  const byName = (name: string) => fields.find((field) => field.name === name);
  const texts = byName('__text');
  const [value, text] = [byName('__value'), texts];
  const chosen = (column === undefined ? undefined : byName(column)) ?? value ?? text;
  // a query of several columns gives the values of all of them, as the browser takes them
  const fieldsRead: readonly Field[] = chosen ? [chosen] : fields.filter(({ type }) => type === 'string');
  const read = fieldsRead.length > 0 ? fieldsRead : fields.filter(({ type }) => type !== 'time').slice(0, 1);
  return read.flatMap((field) =>
    Array.from({ length }, (_, row): VariableOption[] => {
      const cell = field.values[row];
      if (cell === null || cell === undefined) return [];
      const shown = field === value ? text?.values[row] : undefined;
      return [{ value: String(cell), text: String(shown ?? cell) }];
    }).flat(),
  );
}

/** Series of an instant query as the lines that variables' expressions read: `up{job="x"} 1 1700000000000`. */
export function promLines(frames: readonly DataFrame[]): readonly VariableOption[] {
  return frames.flatMap(({ fields }) => {
    const time = fields.find(({ type }) => type === 'time');
    return fields
      .filter(({ type }) => type === 'number')
      .map((field) => {
        const { __name__: metric = '', ...labels } = field.labels ?? {};
        const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
        const line = `${metric}{${pairs.join(',')}} ${field.values.at(-1) ?? ''} ${time?.values.at(-1) ?? ''}`;
        return { text: line, value: line };
      });
  });
}
