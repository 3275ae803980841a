/** The console as people meet it: a real Chromium on a whole bot with demo data. Wednesday 25 November 2026, 11:50 in Berlin. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bot, startBot } from '../acceptance/bot.ts';
import { axeFaults, chromiumPath, launch, look, openPage, visit } from './browser.ts';

const PATIENT = { timeout: 20_000 };

if (chromiumPath === undefined)
  process.stderr.write('SKIPPED: there is no Chromium; apt has it, or set CHROMIUM=path.\n');

describe.skipIf(chromiumPath === undefined)('the console', () => {
  let bot: Bot;
  let browser: Browser;
  beforeAll(async () => {
    [bot, browser] = await Promise.all([
      startBot({ yaml: 'zone: Europe/Berlin\n', startIso: '2026-11-25T10:50:00Z' }),
      launch(),
    ]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), bot?.stop()]);
  });

  const box = (page: Page) => page.getByRole('combobox', { name: 'Question' });
  const answer = (page: Page) => page.getByRole('article', { name: /^Answer to/ });
  const isDrawn = (page: Page) =>
    expect
      .poll(
        () =>
          page
            .locator('.picture img')
            .first()
            .evaluate((image: { naturalWidth?: number }) => image.naturalWidth),
        PATIENT,
      )
      .toBeGreaterThan(0);

  it('answers a newcomer: an example by a click, its picture, words, table and data', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url);
    await isDrawn(page);
    await look(page, 'welcome');
    await page.getByRole('list', { name: 'Try' }).getByRole('link').first().click();
    await answer(page).waitFor();
    await expect.poll(() => answer(page).textContent()).toMatch(/CPU of web01 \d.*10:50–11:50 CET/);
    await isDrawn(page);
    expect(page.url()).toBe(`${bot.url}/?q=cpu+web01+last+1h`);
    expect(await page.title()).toBe('cpu web01 last 1h · Glimpse');
    await look(page, 'answer');

    await box(page).fill('top 3 cpu 1h as table');
    await box(page).press('Enter');
    await page.getByRole('columnheader', { name: 'host' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(4);
    await page.goBack();
    await expect.poll(() => answer(page).getAttribute('aria-label')).toBe('Answer to cpu web01 last 1h');
    expect(await box(page).inputValue()).toBe('cpu web01 last 1h');
    expect(await page.getByRole('complementary', { name: 'Recent' }).getByRole('link').allTextContents()).toEqual([
      'top 3 cpu 1h as table',
      'cpu web01 last 1h',
    ]);
  });

  it.each(['light', 'dark'] as const)('passes axe in %s, and asks for pictures in it', async (colorScheme) => {
    const page = await openPage(browser, { colorScheme });
    await visit(page, `${bot.url}/?q=${encodeURIComponent('top 3 cpu 1h as table')}`);
    expect(await axeFaults(page)).toEqual([]);
    await visit(page, `${bot.url}/?q=cpu+web01`);
    await isDrawn(page);
    const source = await page.locator('.picture img').getAttribute('src');
    expect(/theme=dark/.test(source ?? '')).toBe(colorScheme === 'dark');
    expect(await axeFaults(page)).toEqual([]);
    await visit(page, `${bot.url}/queries`);
    await page.locator('summary').first().click();
    expect(await axeFaults(page)).toEqual([]);
    await look(page, `queries-${colorScheme}`);
  });
});
