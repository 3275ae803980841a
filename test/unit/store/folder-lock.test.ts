import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockFolder } from '../../../src/store/folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glimpse-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('gives a folder to one at a time, and makes it when it is missing', () => {
  const place = join(folder, 'made', 'here');
  const lock = lockFolder(place);
  expect(() => lockFolder(place)).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }));
  lock.release();
  lockFolder(place).release();
});

it('takes over what a dead process left', () => {
  lockFolder(folder).release();
  writeFileSync(join(folder, 'lock.sqlite-journal'), '');
  lockFolder(folder).release();
});

it.each([
  ['a file where the folder should be', 'data', 'data', /it is a file/],
  ['a file on the way', 'data', 'data/store', /a part of the path is a file/],
  ['a lock that is no lock', 'lock.sqlite', '.', /lock\.sqlite is damaged; delete that file/],
])('says in one line what is wrong: %s', (_what, file, place, why) => {
  writeFileSync(join(folder, file), 'this is no database, and longer than the header of one would be: '.repeat(4));
  const target = join(folder, place);
  expect(() => lockFolder(target)).toThrow(
    expect.objectContaining({ code: 'STORE_UNAVAILABLE', message: expect.stringMatching(why) }),
  );
  expect(() => lockFolder(target)).toThrow(expect.objectContaining({ message: expect.stringContaining(target) }));
});

it.runIf(existsSync('/proc/self'))('says so where no folder can be made, and does not try for ever', () => {
  expect(() => lockFolder('/proc/glimpse/store')).toThrow(
    expect.objectContaining({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('cannot be made there') }),
  );
});
