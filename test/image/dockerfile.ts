/** Reads a Dockerfile as far as this project's goes: one instruction a line, continued with a backslash. */

/** One instruction of a stage. */
export interface Instruction {
  readonly word: string;
  /** What stands behind the word, joined into one line. */
  readonly rest: string;
  readonly line: number;
}

/** One `FROM` and what follows it. */
export interface Stage {
  readonly image: string;
  /** `AS name`; the number of the stage where there is none. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** @throws Error at an instruction before the first `FROM` */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { image: string; name: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.word === 'FROM') {
      const [image = '', , name = String(stages.length)] = instruction.rest.split(/\s+/);
      stages.push({ image, name, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error(`line ${instruction.line}: ${instruction.word} before FROM`);
    stage.instructions.push(instruction);
  }
  return stages;
}

function instructionsOf(text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: { text: string; line: number } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    const isContinued = raw.endsWith('\\');
    const part = raw.replace(/\\$/, '').trim();
    open = open ? { ...open, text: `${open.text} ${part}` } : { text: part, line: index + 1 };
    if (isContinued) continue;
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(open.text) ?? [];
    found.push({ word: word.toUpperCase(), rest, line: open.line });
    open = undefined;
  }
  return found;
}

/** `KEY=value KEY2="other value"` as pairs. */
function pairsOf(rest: string): readonly (readonly [string, string])[] {
  return [...rest.matchAll(/([\w.]+)=("[^"]*"|\S+)/g)].map(([, key = '', value = '']) => [
    key,
    value.replace(/^"(.*)"$/, '$1'),
  ]);
}

/** The words of an instruction in exec form. @throws Error where it is in shell form */
function execForm({ word, rest }: Instruction): readonly string[] {
  const words: unknown = JSON.parse(rest);
  if (Array.isArray(words) && words.every((one) => typeof one === 'string')) return words;
  throw new Error(`${word} is not in exec form: ${rest}`);
}

/** What an image is started with, inherited from no base. */
export interface ImageSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly folder: string;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly volumes: readonly string[];
}

/** Settings of the last stage. */
export function settingsOf(stages: readonly Stage[]): ImageSettings {
  const instructions = stages.at(-1)?.instructions ?? [];
  const all = (word: string) => instructions.filter((one) => one.word === word);
  const entrypoint = all('ENTRYPOINT').at(-1);
  const check = all('HEALTHCHECK').at(-1);
  const checkWords = check && { ...check, rest: check.rest.replace(/^.*?\bCMD\s+/, '') };
  return {
    environment: Object.fromEntries(all('ENV').flatMap(({ rest }) => pairsOf(rest))),
    user: all('USER').at(-1)?.rest ?? 'root',
    folder: all('WORKDIR').at(-1)?.rest ?? '/',
    entrypoint: entrypoint ? execForm(entrypoint) : [],
    healthcheck: checkWords ? execForm(checkWords) : [],
    volumes: all('VOLUME').map(({ rest }) => rest),
  };
}
