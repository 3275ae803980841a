/** YAML as plain data that remembers where everything stands; bounded, and with all its faults at once. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  type YAMLError,
} from 'yaml';
import { type DataPath, type Fault, formatPath, type Position } from './fault.ts';

/** Bytes of one file: hundreds of definitions; the parser's time grows with it. */
export const FILE_MAX_BYTES = 256 * 1024;
/** Nodes of one file after its aliases are followed; keeps a "billion laughs" file small. */
const NODES_MAX = 50_000;
/** Nothing that people write is nested deeper; also what ends an alias inside its own anchor. */
const DEPTH_MAX = 32;

/** Faults of one file that are kept; nobody mends more at once. */
const FAULTS_MAX = 200;

/** A parsed file. */
export interface YamlFile {
  /** As faults name it. */
  readonly file: string;
  /** Null, booleans, numbers, strings, lists and objects; what could be read, also where there are faults. */
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** False when so much is wrong that checking `value` would only give faults that follow from the first. */
  readonly isReadable: boolean;
  /** Where a path's value stands, or its key; of what is not there, the nearest thing around it. */
  positionOf(path: DataPath, part?: 'key' | 'value', offset?: number): Position;
  /** A fault at a path. */
  faultAt(path: DataPath, message: string, part?: 'key' | 'value', offset?: number): Fault;
}

/** Offsets into the text, in UTF-16 units. */
interface Place {
  readonly key: number;
  readonly value: number;
  readonly scalar?: string;
}

/** Parses one YAML document. Never throws: what is wrong is in `faults`. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const places = new Map<string, Place>();
  const toPosition = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(Math.max(0, offset), text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const positionOf: YamlFile['positionOf'] = (path, part = 'value', offset = 0) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const place = places.get(JSON.stringify(path.slice(0, length)));
      if (!place) continue;
      if (length < path.length || part === 'key') return toPosition(place.key);
      return toPosition(place.value + shiftInto(text, place, offset));
    }
    return { line: 1, column: 1 };
  };
  const faultAt: YamlFile['faultAt'] = (path, message, part, offset) => ({
    file,
    ...positionOf(path, part, offset),
    path: formatPath(path),
    message,
  });
  const faults: Fault[] = [];
  const report = (offset: number, path: DataPath, message: string) => {
    if (faults.length < FAULTS_MAX) faults.push({ file, ...toPosition(offset), path: formatPath(path), message });
  };
  const { value, isReadable } = read(text, lines, places, report);
  return { file, value, isReadable, faults, positionOf, faultAt };
}

/** How far into the text a character of a one-line scalar stands from the scalar's start; 0 where that is not known. */
function shiftInto(text: string, { value, scalar }: Place, offset: number): number {
  if (scalar === undefined || offset === 0) return 0;
  for (const quote of [0, 1]) {
    if (text.startsWith(scalar, value + quote)) return quote + offset;
  }
  return 0;
}

type Report = (offset: number, path: DataPath, message: string) => void;

/** Words for what people get wrong most; else the parser's own. */
const SYNTAX_WORDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'is indented with a tab; YAML wants spaces',
  BAD_INDENT: 'is indented otherwise than its neighbours; items of one map or list start in the same column',
  MULTIPLE_DOCS: 'begins a second document; put everything in one, without `---`',
  NON_STRING_KEY: 'has a list or a map as its key; keys are words',
  BLOCK_AS_IMPLICIT_KEY: 'has a second `key: value` on one line; put it on its own line, or quote text that holds ": "',
  MULTILINE_IMPLICIT_KEY: 'is a key that spans lines, or a line without its colon; write `key: value`',
  BAD_SCALAR_START: 'starts with a character that means something in YAML; put the text in quotes',
  TAG_RESOLVE_FAILED: 'has a tag (`!…`) that means nothing here; leave it out',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
};

function read(
  text: string,
  lines: LineCounter,
  places: Map<string, Place>,
  report: Report,
): Pick<YamlFile, 'value' | 'isReadable'> {
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false, // its messages would quote the file, secrets included
      uniqueKeys: false, // its check is quadratic; ours is in readMap
      resolveKnownTags: false,
      schema: 'core',
      stringKeys: true,
      logLevel: 'error', // silent would also hide a second document
    });
    reportSyntax(text, lines, [...document.errors, ...document.warnings], report);
    const lineOf = (offset: number) => lines.linePos(offset).line;
    const reader: Reader = { places, report, lineOf, anchors: new Map(), nodes: 0 };
    places.set('[]', { key: 0, value: startOf(document.contents) ?? 0 });
    const value = readNode(reader, document.contents, [], 0);
    return { value, isReadable: document.errors.length === 0 };
  } catch (thrown) {
    if (thrown instanceof TooLarge) report(thrown.offset, thrown.path, thrown.message);
    else report(0, [], 'is not YAML that can be read: it is nested too deeply');
    return { value: undefined, isReadable: false };
  }
}

/** After the first mistake a parser is often lost; more faults than this would only follow from it. */
const SYNTAX_FAULTS_MAX = 5;

function reportSyntax(text: string, lines: LineCounter, errors: readonly YAMLError[], report: Report): void {
  const seenLines = new Set<number>();
  for (const { code, message, pos } of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const { line } = lines.linePos(pos[0]);
    const follows = seenLines.has(line) || (code === 'UNEXPECTED_TOKEN' && seenLines.size > 0);
    if (follows || seenLines.size >= SYNTAX_FAULTS_MAX) continue;
    seenLines.add(line);
    report(pos[0], [], syntaxWords(text, code, message, pos[0]));
  }
}

function syntaxWords(text: string, code: string, message: string, offset: number): string {
  if (message.includes('sufficiently indented')) {
    return 'comes before an opened { or [ is closed; close it, or indent what belongs inside';
  }
  if (/^Missing closing .*quote/.test(message))
    return 'is where a quote that was opened before should be closed by now';
  if (code !== 'UNEXPECTED_TOKEN') return SYNTAX_WORDS[code] ?? `is not YAML: ${ownWords(message)}`;
  // the parser's message would quote the file, secrets included
  if (text.startsWith('${', offset - 1))
    return 'has `${` inside { } or [ ], where braces mean something; put the text in quotes';
  return 'is not what YAML expects here; look for a missing quote, comma, bracket or indentation just before';
}

function ownWords(message: string): string {
  const words = message.slice(0, 200);
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** Ends the reading of a file that is beyond its bounds. */
class TooLarge extends Error {
  readonly offset: number;
  readonly path: DataPath;

  constructor(message: string, offset: number, path: DataPath) {
    super(message);
    this.offset = offset;
    this.path = path;
  }
}

interface Reader {
  readonly places: Map<string, Place>;
  readonly report: Report;
  readonly lineOf: (offset: number) => number;
  /** Seen so far, in the order of the text, as YAML has it. */
  readonly anchors: Map<string, Node>;
  nodes: number;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function readNode(reader: Reader, node: unknown, path: DataPath, at: number): unknown {
  const offset = startOf(node) ?? at;
  reader.nodes += 1;
  if (reader.nodes > NODES_MAX) throw new TooLarge(`holds more than ${NODES_MAX} values, aliases followed`, offset, []);
  if (path.length > DEPTH_MAX) throw new TooLarge(`is nested deeper than ${DEPTH_MAX} levels`, offset, []);
  if (isAlias(node)) {
    const target = reader.anchors.get(node.source);
    if (target) return readNode(reader, target, path, offset);
    reader.report(offset, path, `is an alias of "${node.source}", which no anchor (&${node.source}) before it names`);
    return null;
  }
  if (isScalar(node)) return readScalar(reader, node, path, offset);
  if (isMap(node)) {
    if (node.anchor) reader.anchors.set(node.anchor, node as Node);
    return readMap(reader, node.items as readonly Pair[], path, {});
  }
  if (isSeq(node)) {
    if (node.anchor) reader.anchors.set(node.anchor, node as Node);
    return node.items.map((item, index) => {
      const inner = [...path, index];
      const place = startOf(item) ?? offset;
      reader.places.set(JSON.stringify(inner), { key: place, value: place, ...scalarText(item) });
      return readNode(reader, item, inner, place);
    });
  }
  return null;
}

function scalarText(node: unknown): { scalar?: string } {
  return isScalar(node) && typeof node.value === 'string' ? { scalar: node.value } : {};
}

function readScalar(reader: Reader, node: Scalar, path: DataPath, offset: number): unknown {
  if (node.anchor) reader.anchors.set(node.anchor, node as Node);
  const { value } = node;
  if (value === null || ['string', 'boolean', 'number'].includes(typeof value)) return value;
  reader.report(offset, path, 'is of a type that is not supported; write text, a number, true or false');
  return null;
}

type Mutable = Record<string, unknown>;

function readMap(reader: Reader, items: readonly Pair[], path: DataPath, into: Mutable): Mutable {
  const firstAt = new Map<string, number>();
  for (const { key, value } of items) {
    const name = isScalar(key) ? String(key.value ?? '') : '';
    const at = startOf(key) ?? 0;
    if (name === '<<' && isScalar(key) && key.type === Scalar.PLAIN) {
      mergeInto(reader, value, path, into, at);
      continue;
    }
    const inner = [...path, name];
    const before = firstAt.get(name);
    if (before !== undefined) {
      reader.report(at, inner, `is already on line ${reader.lineOf(before)}; keep one of the two`);
      continue;
    }
    firstAt.set(name, at);
    const place = startOf(value) ?? at;
    reader.places.set(JSON.stringify(inner), { key: at, value: place, ...scalarText(value) });
    define(into, name, readNode(reader, value, inner, place));
  }
  return into;
}

/** `<<: *shared`, `<<: [*a, *b]`: own keys win, then the earlier map. */
function mergeInto(reader: Reader, value: unknown, path: DataPath, into: Mutable, at: number): void {
  const sources = isSeq(value) ? value.items : [value];
  for (const source of sources) {
    const target = isAlias(source) ? reader.anchors.get(source.source) : source;
    if (!isMap(target)) {
      reader.report(startOf(source) ?? at, path, 'merges something that is no map; write `<<: *name` of a map');
      continue;
    }
    reader.nodes += 1;
    const merged = readMap(reader, (target.items as readonly Pair[]).filter(isAbsentIn(into)), path, {});
    for (const [name, inner] of Object.entries(merged)) define(into, name, inner);
  }
}

function isAbsentIn(into: Mutable): (pair: Pair) => boolean {
  return ({ key }) => !(isScalar(key) && Object.hasOwn(into, String(key.value ?? '')));
}

/** Plain assignment would make `__proto__` a prototype instead of a key. */
function define(into: Mutable, name: string, value: unknown): void {
  Object.defineProperty(into, name, { value, enumerable: true, writable: true, configurable: true });
}
