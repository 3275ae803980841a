/** The console as people meet it: a real Chromium on a whole bot with demo data. Wednesday 25 November 2026, 11:50 in Berlin. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Bot, startBot } from '../acceptance/bot.ts';
import { type HttpBackend, openHttpBackend } from '../doubles/http-backend.ts';
import { axeFaults, chromiumPath, launch, look, openPage, visit } from './browser.ts';
import { HOSTILE_NAME, labGraphite } from './lab.ts';

const PATIENT = { timeout: 60_000 };

if (chromiumPath === undefined)
  process.stderr.write('SKIPPED: there is no Chromium; apt has it, or set CHROMIUM=path.\n');

describe.skipIf(chromiumPath === undefined)('the console', () => {
  let bot: Bot;
  let browser: Browser;
  let lab: HttpBackend;
  beforeAll(async () => {
    lab = await openHttpBackend(labGraphite);
    const yaml = `zone: Europe/Berlin\nsources:\n  lab: { kind: graphite, url: ${lab.url}, raw: true }\n`;
    [bot, browser] = await Promise.all([startBot({ yaml, startIso: '2026-11-25T10:50:00Z' }), launch()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), bot?.stop(), lab?.close()]);
  });

  const box = (page: Page) => page.getByRole('combobox', { name: 'Question' });
  const answer = (page: Page) => page.getByRole('article', { name: /^Answer to/ });
  const waiting = (page: Page) => page.getByRole('article', { name: /^Being answered/ });
  /** A machine that does everything at once may draw too late; then one tries again, as people do. */
  const isDrawn = (page: Page) =>
    expect
      .poll(async () => {
        const again = page.getByRole('button', { name: 'Try again' });
        if ((await again.count()) > 0) await again.first().click();
        const widths = await page
          .locator('.picture img')
          .evaluateAll((images: { naturalWidth?: number }[]) => images.map(({ naturalWidth = 0 }) => naturalWidth));
        return widths[0] ?? 0;
      }, PATIENT)
      .toBeGreaterThan(0);

  it('answers a newcomer: an example by a click, its picture, words, table and data', async () => {
    const page = await openPage(browser);
    // a bot that has just begun, on a machine that does everything at once, may not know its examples yet
    await expect
      .poll(async () => {
        await visit(page, bot.url);
        return page.getByRole('list', { name: 'Try' }).count();
      }, PATIENT)
      .toBe(1);
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
    expect(await page.getByRole('region', { name: 'Recent' }).getByRole('link').allTextContents()).toEqual([
      'top 3 cpu 1h as table',
      'cpu web01 last 1h',
    ]);
  });

  it.each(['light', 'dark'] as const)('passes axe in %s, and asks for pictures in it', async (colorScheme) => {
    const page = await openPage(browser, { colorScheme });
    const at = async (path: string) => {
      await visit(page, bot.url + path);
      expect(await axeFaults(page), path).toEqual([]);
    };
    await at('/');
    await at(pathOf('top 3 cpu 1h as table'));
    await at(pathOf('logs checkout 15m'));
    await at(pathOf('cpu nosuchhost'));
    await look(page, `refused-${colorScheme}`);
    await visit(page, bot.url + pathOf('cpu web01'));
    await isDrawn(page);
    const source = await page.locator('.picture img').getAttribute('src');
    expect(/theme=dark/.test(source ?? '')).toBe(colorScheme === 'dark');
    await box(page).pressSequentially(' la');
    await page.getByRole('option').first().waitFor();
    await box(page).press('ArrowDown');
    expect(await axeFaults(page)).toEqual([]);
    await look(page, `completion-${colorScheme}`);
    await box(page).press('Escape');
    await page.getByRole('link', { name: 'Data and explanation' }).click();
    await page.getByRole('heading', { name: 'How it was understood' }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await look(page, `answer-page-${colorScheme}`);
    await visit(page, `${bot.url}/queries`);
    await page.locator('summary').nth(5).click();
    await isDrawn(page);
    expect(await axeFaults(page)).toEqual([]);
    await look(page, `queries-${colorScheme}`);
  });

  it('changes pictures and page with the theme, and remembers it', async () => {
    const page = await openPage(browser, { colorScheme: 'light' });
    await visit(page, bot.url + pathOf('cpu web01'));
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    await expect.poll(() => page.locator('.picture img').getAttribute('src')).toMatch(/theme=dark/);
    await isDrawn(page);
    expect(await groundOf(page)).toBe('rgb(18, 20, 23)');
    await visit(page, `${bot.url}/queries`);
    expect(await groundOf(page)).toBe('rgb(18, 20, 23)');
  });

  it('works from the keyboard alone', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the page');
    await page.keyboard.press('/');
    expect(await focused(page)).toBe('question');
    // the choice of a theme is an input too, and nobody types there
    await page.getByRole('radio', { name: 'Light' }).press('/');
    expect(await focused(page)).toBe('question');
    await page.keyboard.type('cp');
    await page.getByRole('option', { name: /^cpu/ }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    const active = page.locator('[role=option][aria-selected=true]');
    expect(await box(page).getAttribute('aria-activedescendant')).toBe(await active.getAttribute('id'));
    await page.keyboard.press('Enter');
    await expect.poll(() => box(page).inputValue()).toMatch(/^cpu/);
    await page.keyboard.type('web0');
    await page.getByRole('option', { name: /^web01/ }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('option').count()).toBe(0);
    await page.keyboard.type('1 last 1h');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await answer(page).waitFor();
    expect(await focused(page)).toBe('question');
    await page.getByRole('list', { name: 'Go on' }).getByRole('link').first().focus();
    const next = await focused(page);
    await page.keyboard.press('Enter');
    await expect.poll(() => answer(page).getAttribute('aria-label')).toBe(`Answer to ${next}`);
    expect(await focused(page)).toBe(`Answer to ${next}`);
  });

  it('has a name for everything that a screen reader meets, and says what happens', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url);
    const tree = await page.locator('body').ariaSnapshot();
    for (const line of [
      '- link "Skip to the page"',
      '- navigation "Pages"',
      '- group "Theme"',
      '- heading "Ask for a metric in words" [level=1]',
      '- search',
      '- combobox "Question"',
      '- button "Ask"',
      '- list "Try"',
      `img "Chart: cpu web01 last 1h"`,
    ])
      expect(tree).toContain(line);
    await box(page).fill('cpu web01');
    await box(page).press('Enter');
    await answer(page).waitFor();
    expect(await page.getByRole('status').first().textContent()).toMatch(/^CPU of web01 \d/);
    expect(await page.locator('.picture img').getAttribute('alt')).toMatch(/^CPU of web01: .*min .*mean .*max /);
  });

  it('says at once how a question was understood while a source is slow, and stops when told', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url);
    await box(page).fill('graphite: slow.cpu on lab');
    await box(page).press('Enter');
    await waiting(page)
      .getByText(/^Understood: /)
      .waitFor();
    await waiting(page)
      .getByText(/Asking Graphite/)
      .waitFor();
    await look(page, 'slow');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Ask again' }).click();
    await answer(page).waitFor();
    expect(await answer(page).textContent()).toMatch(/26/);
  });

  it('opens the address of a slow question at once, and answers it then', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url + pathOf('graphite: slow.load on lab'));
    await waiting(page)
      .getByText(/^Understood: /)
      .waitFor();
    await answer(page).waitFor();
  });

  it('says why a question is refused, and asks what works by a click', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url);
    await box(page).fill('cpu nosuchhost');
    await box(page).press('Enter');
    const refusal = page.getByRole('article', { name: 'Not answered' });
    await refusal.getByText(/nosuchhost.*is not a host I know/).waitFor();
    // names stand out as what they are, not between backticks
    await refusal
      .getByRole('code')
      .filter({ hasText: /^nosuchhost$/ })
      .waitFor();
    expect(await refusal.textContent()).not.toContain('`');
    await refusal.getByRole('list', { name: 'These work' }).getByRole('link').first().click();
    await answer(page).waitFor();
  });

  it('is read on a phone of 360 px, nothing beside it', async () => {
    const page = await openPage(browser, { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 });
    for (const path of [
      '/',
      pathOf('cpu web01'),
      pathOf('top 3 cpu as table'),
      pathOf('logs checkout 15m'),
      '/queries',
      '/alerts',
      '/alerts?state=open',
    ]) {
      await visit(page, bot.url + path);
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBe(360);
      expect(await page.evaluate(SMALLEST_TEXT), path).toBeGreaterThanOrEqual(14);
      await look(page, `phone-${path.replace(/\W+/g, '-')}`);
    }
    await visit(page, bot.url + pathOf('cpu web01'));
    const shown = () => page.locator('.picture img').evaluate((image: { currentSrc?: string }) => image.currentSrc);
    await expect.poll(shown, PATIENT).toMatch(/[?&]width=360&scale=2$/);
  });

  it('answers without script: a form, links, pictures, and a slow source too', async () => {
    const page = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(bot.url);
    await box(page).fill('cpu web01');
    await box(page).press('Enter');
    await answer(page)
      .getByText(/^CPU of web01/)
      .waitFor();
    await look(page, 'no-script');
    await page.goto(bot.url + pathOf('graphite: slow.disk on lab'));
    await answer(page).waitFor();
    await page.goto(`${bot.url}/queries`);
    await page.locator('summary').first().click();
    expect(await page.getByRole('list', { name: 'Ask' }).first().getByRole('link').count()).toBeGreaterThan(0);
  });

  it('shows names that would like to be markup as they are', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url);
    await box(page).fill('graphite: hostile.cpu on lab');
    await box(page).press('Enter');
    await answer(page).waitFor();
    expect(await answer(page).textContent()).toContain(HOSTILE_NAME);
    await visit(page, bot.url + pathOf(`cpu "${HOSTILE_NAME}"`));
    await visit(page, bot.url + pathOf('graphite: hostile.cpu on lab'));
    expect(await answer(page).textContent()).toContain(HOSTILE_NAME);
    expect(await page.evaluate('document.body.dataset.owned ?? document.querySelector("img[src=x]")')).toBeNull();
  });

  it('keeps an answer at an address of its own, with its data, also without script', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url + pathOf('cpu web01 web02 last 1h'));
    await page.getByRole('link', { name: 'Data and explanation' }).click();
    await page.getByRole('columnheader', { name: 'web02 (%)' }).waitFor();
    expect(await focused(page)).toBe('cpu web01 web02 last 1h');
    expect(await page.getByRole('row').count()).toBe(201);
    await isDrawn(page);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^answer-.*\.csv$/);
    const plain = await openPage(browser, { javaScriptEnabled: false });
    await plain.goto(page.url());
    expect(await plain.getByRole('row').count()).toBe(201);
    expect(await plain.getByRole('definition').first().textContent()).toBe('cpu');
    await plain.goto(`${bot.url}/answers/none`);
    expect(await plain.getByRole('heading').first().textContent()).toBe('There is no such page');
  });

  it('follows up on an answer, and shows the whole question', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url + pathOf('cpu web01 last 1h'));
    await box(page).fill('6h');
    await box(page).press('Enter');
    await expect.poll(() => answer(page).getAttribute('aria-label')).toBe('Answer to cpu web01 last 6h');
    expect(page.url()).toBe(bot.url + pathOf('cpu web01 last 6h'));
    expect(await box(page).inputValue()).toBe('cpu web01 last 6h');
  });

  it('shows alerts and changes as they come, each with its context, whatever their names are', async () => {
    const page = await openPage(browser);
    await visit(page, `${bot.url}/alerts`);
    const post = async (path: string, body: unknown) => {
      const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      expect((await fetch(bot.url + path, sent)).status).toBe(202);
    };
    await post('/hooks/generic', {
      title: `Errors ${HOSTILE_NAME}`,
      severity: 'critical',
      labels: { service: 'checkout', host: 'web01', note: HOSTILE_NAME },
    });
    await post('/changes/generic', { title: `checkout ${HOSTILE_NAME}`, service: 'checkout', version: '4.12.0' });
    await page.getByRole('link', { name: 'Firing now' }).click();
    const alert = page.getByRole('listitem').getByRole('link');
    await alert.waitFor();
    await page.getByRole('link', { name: 'Last 7 days' }).click();
    await page.getByRole('listitem').nth(1).waitFor();
    expect(await page.getByRole('listitem').count()).toBe(2);
    expect(await axeFaults(page)).toEqual([]);
    await look(page, 'alerts');
    await alert.first().click();
    const context = page.getByRole('region', { name: 'Context' });
    await expect.poll(() => context.getAttribute('aria-busy'), PATIENT).toBeNull();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(HOSTILE_NAME);
    expect(await context.textContent()).toContain('4.12.0');
    expect(await axeFaults(page)).toEqual([]);
    expect(await page.evaluate('document.body.dataset.owned ?? document.querySelector("img[src=x]")')).toBeNull();
    await look(page, 'alert');
    const plain = await openPage(browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
    await plain.goto(page.url());
    await plain.getByRole('link', { name: /^Gather/ }).click();
    expect(await plain.getByRole('region', { name: 'Context' }).textContent()).toContain('4.12.0');
    await look(plain, 'alert-phone');
  });

  it('tells the times of an alert in one zone, and gathers again what could not be gathered', async () => {
    const sent = JSON.stringify({ title: 'Told once', startsAt: '2026-11-25T10:40:00Z', labels: { host: 'web03' } });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${bot.url}/hooks/generic`, { method: 'POST', headers, body: sent })).status).toBe(202);
    const page = await openPage(browser, { timezoneId: 'America/New_York' });
    const problem = { status: 503, code: 'HTTP_BUSY', detail: 'Too much at once.' };
    await page.route('**/api/alerts/*/context', (route) => route.fulfill({ status: 503, json: problem }), { times: 1 });
    await visit(page, `${bot.url}/alerts`);
    await expect.poll(() => page.locator('.page-head').textContent()).toContain('Times in America/New_York');
    await page.getByRole('link', { name: 'Told once' }).click();
    const context = page.getByRole('region', { name: 'Context' });
    await expect.poll(() => context.textContent()).toContain('Too much at once.');
    expect(await axeFaults(page)).toEqual([]);
    const head = await page.locator('.page-head').textContent();
    expect(head).toContain('Wed 25 Nov 2026, 11:40 CET');
    expect(head).toContain('Times in Europe/Berlin');
    await context.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => context.getAttribute('aria-busy'), PATIENT).toBeNull();
    expect(await context.textContent()).not.toContain('Too much at once.');
  });

  it('says once what a long description says, and breaks it; and that nothing was found', async () => {
    const long = 'x'.repeat(5_000);
    const sent = JSON.stringify({ title: 'Long words', description: long, startsAt: '2026-11-25T10:41:00Z' });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${bot.url}/hooks/generic`, { method: 'POST', headers, body: sent })).status).toBe(202);
    const page = await openPage(browser, { viewport: { width: 360, height: 740 } });
    const empty = { charts: [], html: '', failures: [] };
    await page.route('**/api/alerts/*/context', (route) => route.fulfill({ json: empty }));
    await visit(page, `${bot.url}/alerts/?state=open`);
    await page.getByRole('link', { name: 'Long words' }).click();
    await expect.poll(() => page.getByRole('region', { name: 'Context' }).textContent()).toContain('Nothing was found');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.getByText(long).count()).toBe(1);
    await look(page, 'alert-long');
  });

  it('says that an address is none on a page', async () => {
    for (const path of ['/%', '/alerts/%ff']) {
      const response = await fetch(bot.url + path, { headers: { accept: 'text/html' } });
      expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    }
    const statuses = ['/alerts/', '/answers/', '/queries/'].map(async (path) => (await fetch(bot.url + path)).status);
    expect(await Promise.all(statuses)).toEqual([200, 404, 200]);
  });

  it('says what there is where there is no such page', async () => {
    const page = await openPage(browser, { viewport: { width: 360, height: 740 } });
    await visit(page, `${bot.url}/querys`);
    expect(await axeFaults(page)).toEqual([]);
    await look(page, 'missing');
    await page.getByRole('main').getByRole('link', { name: 'Queries' }).click();
    await expect.poll(() => page.url()).toBe(`${bot.url}/queries`);
  });

  it('fires a demo alert by a button, and shows it with its chart', async () => {
    const page = await openPage(browser);
    await visit(page, `${bot.url}/alerts?state=open`);
    const before = await page.getByRole('listitem').count();
    await page.getByRole('button', { name: 'Fire a demo alert' }).click();
    await expect.poll(() => page.getByRole('listitem').count(), PATIENT).toBeGreaterThan(before);
    await page.getByRole('listitem').filter({ hasNotText: HOSTILE_NAME }).getByRole('link').first().click();
    const context = page.getByRole('region', { name: 'Context' });
    await expect.poll(() => context.getAttribute('aria-busy'), PATIENT).toBeNull();
    await context.getByRole('link', { name: /^Data of this chart: .+, 24 hours$/ }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await look(page, 'demo-alert');

    // the worst first, however old
    const old = { title: 'Old and critical', severity: 'critical', startsAt: '2026-11-25T08:00:00Z' };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(old);
    expect((await fetch(`${bot.url}/hooks/generic`, { method: 'POST', headers, body })).status).toBe(202);
    await visit(page, `${bot.url}/alerts?state=open`);
    await page.getByRole('link', { name: 'Old and critical' }).waitFor();
    const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
    expect(headings.slice(0, 2)).toEqual(['Critical', 'Warning']);
  });

  it('forgets what was asked when it is told to', async () => {
    const page = await openPage(browser);
    await visit(page, bot.url + pathOf('cpu web02'));
    await box(page).fill('cpu web03');
    await box(page).press('Enter');
    const recent = page.getByRole('region', { name: 'Recent' });
    await expect.poll(() => recent.getByRole('link').allTextContents()).toEqual(['cpu web03', 'cpu web02']);
    await visit(page, bot.url);
    await recent.getByRole('button', { name: 'Forget' }).click();
    expect(await recent.count()).toBe(0);
    await visit(page, bot.url);
    expect(await recent.count()).toBe(0);
  });
});

describe.skipIf(chromiumPath === undefined)('the console off loopback', () => {
  it('asks for a token once, keeps a session that no script can read, and ends it', async () => {
    const yaml = 'listen: 0.0.0.0:8484\ntokens: [{ name: ana, token: a-token-of-some-length }]\n';
    const bot = await startBot({ yaml, startIso: '2026-11-25T10:50:00Z' });
    const browser = await launch();
    onTestFinished(async () => {
      await browser.close();
      await bot.stop();
    });
    const page = await openPage(browser);
    const at = `http://127.0.0.1:${new URL(bot.url).port}`;
    await page.goto(`${at}/?q=cpu+web01`);
    expect(await axeFaults(page)).toEqual([]);
    await look(page, 'sign-in');
    await page.getByLabel('Token').fill('another');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('This is no token of this bot.');
    await page.getByLabel('Token').fill('a-token-of-some-length');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('article', { name: 'Answer to cpu web01' }).waitFor();
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    await expect
      .poll(
        () => page.locator('.picture img').evaluate((image: { naturalWidth?: number }) => image.naturalWidth),
        PATIENT,
      )
      .toBeGreaterThan(0);
    expect(await page.evaluate('document.cookie')).not.toContain('glimpse_session');
    await page.getByRole('combobox', { name: 'Question' }).fill('cpu web02');
    await page.getByRole('combobox', { name: 'Question' }).press('Enter');
    await page.getByRole('article', { name: 'Answer to cpu web02' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect((await page.request.get(`${at}/api/queries`)).status()).toBe(401);
  });
});

const pathOf = (q: string) => `/?${new URLSearchParams({ q })}`;

const groundOf = (page: Page) => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');

/** What has the focus: its label, id or text. */
const focused = (page: Page) =>
  page.evaluate(
    'document.activeElement?.getAttribute("aria-label") ?? (document.activeElement?.id || document.activeElement?.textContent)',
  ) as Promise<string>;

const SMALLEST_TEXT = `Math.min(...[...document.querySelectorAll('body *')]
  .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))`;
