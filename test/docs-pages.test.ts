/** Every page of the project: its links lead somewhere, its YAML fits, its commands exist, its questions are understood. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMANDS } from '../src/cli/run-command.ts';
import { ExpectationFile } from '../src/recording/expectation-schema.ts';
import { ask } from './unit/questions/world.ts';

const root = resolve(import.meta.dirname, '..');
const IGNORED = /(?:^|\/)(?:node_modules|\.[^/]+|test\/fixtures)(?:\/|$)/;

const pages = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && !IGNORED.test(path))
  .filter((path) => path !== 'CHANGELOG.md' && !path.startsWith('node_modules'))
  .sort();
const textOf = new Map(pages.map((page) => [page, readFileSync(join(root, page), 'utf8')]));

/** Fenced blocks with what they are marked with, also those within a list. */
function blocksOf(page: string): readonly { readonly mark: string; readonly text: string }[] {
  const blocks = (textOf.get(page) ?? '').matchAll(/^( *)```(\S+(?: \S+)*)?\n([\s\S]*?)^\1```$/gm);
  return [...blocks].map(([, indent = '', mark = '', text = '']) => ({
    mark,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The anchors that a code host makes of a page's headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const prose = (textOf.get(page) ?? '').replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
  const seen = new Map<string, number>();
  const anchors = [...prose.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}

/** Links and pictures of a page that stay in the project. */
function linksOf(page: string): readonly string[] {
  const prose = (textOf.get(page) ?? '').replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '').replaceAll(/`[^`\n]*`/g, 'code');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^(?:https?:|mailto:)/.test(target));
}

describe('links', () => {
  it.each(pages)('of %s lead to pages, headings and pictures that exist', (page) => {
    const broken = linksOf(page).filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(root, resolve(root, dirname(page), path));
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('lead from the index to every page of the docs', () => {
    const linked = linksOf('docs/README.md').map((target) => target.split('#')[0]);
    const all = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(all.filter((name) => !linked.includes(name))).toEqual([]);
  });

  it('show every picture of the docs', () => {
    const shown = pages.flatMap((page) =>
      linksOf(page).map((target) => relative(root, resolve(root, dirname(page), target))),
    );
    const pictures = readdirSync(join(root, 'docs/images')).map((name) => `docs/images/${name}`);
    expect(pictures.filter((picture) => !shown.includes(picture))).toEqual([]);
  });
});

/** `page: first line of the block`, for the names of tests. */
const snippets = (wanted: RegExp) =>
  pages.flatMap((page) =>
    blocksOf(page).flatMap(({ mark, text }) => (wanted.test(mark) ? [[page, text.split('\n')[0], text] as const] : [])),
  );

describe('YAML', () => {
  it.each(snippets(/^ya?ml/))('in %s parses: %s', (_page, _first, text) => {
    const faults = parseAllDocuments(text, { schema: 'core', logLevel: 'silent' }).flatMap((document) =>
      'errors' in document ? document.errors : [],
    );
    expect(faults).toEqual([]);
  });

  it.each(snippets(/^yaml tests/))('in %s is what tests of definitions may hold: %s', (_page, _first, text) => {
    expect(ExpectationFile.safeParse(parse(text)).error).toBeUndefined();
  });
});

describe('JSON', () => {
  it.each(snippets(/^json/))('in %s parses: %s', (_page, _first, text) => {
    // a page may say that something is left out
    expect(() => JSON.parse(text.replaceAll('…', '0')) as unknown).not.toThrow();
  });
});

/** Commands of ours in shell blocks and in code within sentences. */
const commands = pages.flatMap((page) => {
  const inBlocks = blocksOf(page).flatMap(({ mark, text }) =>
    /^(?:sh|bash|console)/.test(mark) ? text.split('\n') : [],
  );
  const inYaml = blocksOf(page).flatMap(({ mark, text }) =>
    mark.startsWith('yaml') ? [...text.matchAll(/run: (npx glimpse .*)$/gm)].map(([, line = '']) => line) : [],
  );
  const prose = (textOf.get(page) ?? '').replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
  const inProse = [...prose.matchAll(/`((?:npx )?glimpse [^`]*)`/g)].map(([, code = '']) => code);
  const ours = [...inBlocks, ...inYaml, ...inProse].filter((line) =>
    /^(?:\$ )?(?:npx |node bin\/)?glimpse(?:\.js)? /.test(line),
  );
  return ours.map((line) => [page, line] as const);
});

describe('commands', () => {
  it('are there', () => {
    expect(commands.length).toBeGreaterThan(30);
  });

  it.each(commands)('in %s exist, with their options: %s', (_page, line) => {
    const words = line
      .replace(/\s+#.*$/, '')
      .replace(/^.*?glimpse(?:\.js)? +/, '')
      .match(/"[^"]*"|'[^']*'|\S+/g);
    const options = (words ?? [])
      .filter((word) => /^--[a-z]/.test(word))
      .map((word) => word.slice(2).split('=')[0] ?? '');
    const plain = (words ?? []).filter((word) => !word.startsWith('-'));
    const [name = ''] = line.includes('--config ') ? plain.slice(1) : plain;
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    expect(command, `there is no command ${name}`).toBeDefined();
    const known = [...(command?.options ?? []), 'config', 'help', 'version'] as readonly string[];
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  });
});

/** Questions of the guides and of the README, which the demo fleet answers. */
const GUIDES = ['README.md', 'docs/asking.md', 'docs/woken.md'];
const questions = GUIDES.flatMap((page) => {
  const text = textOf.get(page) ?? '';
  const asked = [...text.matchAll(/glimpse ask (?:"([^"]+)"|'([^']+)')/g)].map(
    ([, double, single]) => double ?? single ?? '',
  );
  const rows = text.split('\n\n').flatMap((block) => {
    const [head = '', , ...lines] = block.split('\n');
    return head === '| Say | Get |' ? lines.map((line) => line.split('|')[1] ?? '') : [];
  });
  const said = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
  return [...asked, ...said].map((question) => [page, question] as const);
});

describe('questions', () => {
  it('are there', () => {
    expect(questions.length).toBeGreaterThan(15);
  });

  it.each(questions)('of %s are understood: %s', async (_page, question) => {
    expect((await ask(question)).kind).toMatch(/question|command/);
  });
});
