/** Reads rison as Kibana does, for tests of links. */

/** The value of a text. @throws SyntaxError where Kibana would not read it */
export function readRison(text: string): unknown {
  let at = 0;
  const fail = (): never => {
    throw new SyntaxError(`rison: ${text.slice(at, at + 20)} at ${at}`);
  };
  const take = (char: string) => {
    if (text[at] !== char) fail();
    at += 1;
  };

  function list(): unknown[] {
    const items: unknown[] = [];
    while (text[at] !== ')') {
      if (items.length > 0) take(',');
      items.push(value());
    }
    at += 1;
    return items;
  }

  function object(): object {
    const members: [string, unknown][] = [];
    while (text[at] !== ')') {
      if (members.length > 0) take(',');
      const key = value();
      take(':');
      members.push([String(key), value()]);
    }
    at += 1;
    return Object.fromEntries(members);
  }

  function quoted(): string {
    let read = '';
    while (text[at] !== "'") {
      if (at >= text.length) fail();
      if (text[at] === '!') {
        at += 1;
        if (text[at] !== '!' && text[at] !== "'") fail();
      }
      read += text[at];
      at += 1;
    }
    at += 1;
    return read;
  }

  function value(): unknown {
    const first = text[at] ?? fail();
    at += 1;
    if (first === '(') return object();
    if (first === "'") return quoted();
    if (first === '!') {
      const sign = text[at] ?? '';
      at += 1;
      const words: Readonly<Record<string, unknown>> = { t: true, f: false, n: null };
      return sign === '(' ? list() : sign in words ? words[sign] : fail();
    }
    let end = at;
    while (end < text.length && !/[\s'!:(),*@$]/.test(text[end] as string)) end += 1;
    const word = text.slice(at - 1, end);
    at = end;
    if (/^-?\d+(?:\.\d+)?(?:e-?\d+)?$/.test(word)) return Number(word);
    return /^[\s'!:(),*@$0-9-]/.test(word) ? fail() : word;
  }

  const read = value();
  if (at < text.length) fail();
  return read;
}
