import type { Browser, BrowserContext, Page } from 'playwright-core';

import { hasBrowser, startBrowser } from '../support/browser.js';
import { bundleFor } from '../support/bundle.js';
import { type RunningCollector, startCollector } from '../support/collector.js';
import { type Pages, startPages } from '../support/pages.js';

const inBrowser = hasBrowser() ? describe : describe.skip;

/** What the page's script has made. */
interface App {
  readonly work: () => Promise<string>;
  readonly leave: (spans: number, characters: number) => string;
  readonly flush: () => Promise<boolean>;
  readonly stats: () => { readonly exporters: Readonly<Record<string, object>> };
}

const SOURCE = `
  import { init, span, startSpan, traceLlm, getCurrentTrace } from 'noveum-trace';
  const client = init({ endpoint: '%ENDPOINT%', serviceName: 'page', captureContent: true, logLevel: 'warn',
    batch: { scheduledDelayMillis: 3600000 }, resourceAttributes: { team: 'web' } });
  const tick = () => new Promise((done) => setTimeout(done, 2));
  const answer = traceLlm(async function* (question) {
    for (const word of ['it ', 'will ', 'rain']) { await tick(); yield word; }
  }, { name: 'answer', model: 'gpt-4o' });
  window.work = () => span('click', async (click) => {
    const { traceId } = getCurrentTrace();
    span('at once', () => undefined);
    await tick();
    // After an await a page knows no context: the parent is told.
    const later = startSpan('later', { parent: click });
    for await (const word of answer('rain?', 'x')) void word;
    later.end();
    return traceId;
  });
  window.leave = (spans, characters) => span('last click', () => {
    for (let at = 1; at < spans; at++) span('part', (part) => part.setAttribute('text', 'é'.repeat(characters)));
    return getCurrentTrace().traceId;
  });
  window.flush = () => client.flush();
  window.stats = () => client.getStats();
`;

inBrowser('in a web page', () => {
  let browser: Browser;
  /** One for all pages: what a page leaves behind goes with the last page of its context. */
  let context: BrowserContext;
  let collector: RunningCollector;
  let pages: Pages;
  let other: Pages;
  const faults: string[] = [];

  beforeAll(async () => {
    let script = '';
    pages = await startPages(() => script);
    other = await startPages(() => '');
    collector = await startCollector({ env: { NOVEUM_COLLECTOR_ALLOW_ORIGIN: pages.origin } });
    script = bundleFor('browser', SOURCE.replace('%ENDPOINT%', collector.http)).code;
    browser = await startBrowser();
    context = await browser.newContext();
    await context.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([pages.close(), other.close(), collector.stop()]);
  });

  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => faults.push(message.text()));
    await page.goto(pages.origin);
    return page;
  };
  const namesIn = ({ spans }: Readonly<Record<string, unknown>>): readonly string[] =>
    (spans as readonly { readonly name: string }[]).map(({ name }) => name).toSorted();

  test('traces go to a collector at another address, whole, and nothing is said in the console', async () => {
    const page = await open();
    const traceId = await page.evaluate(() => (globalThis as unknown as App).work());
    expect(await page.evaluate(() => (globalThis as unknown as App).flush())).toBe(true);
    const stats = await page.evaluate(() => (globalThis as unknown as App).stats());
    expect(stats.exporters['noveum']).toMatchObject({ acknowledgedSpans: 4, inFlightSpans: 0 });
    const trace = await collector.trace(traceId, 3);
    expect(namesIn(trace)).toEqual(['at once', 'click', 'later']);
    expect(JSON.stringify(trace)).toMatch(/"user_agent\.original":"Mozilla.*Chrome/);
    expect(faults).toEqual([]);
    await page.close();
  });

  test.each([
    ['by a link', 5, 10, (page: Page) => page.goto(other.origin)],
    ['by a link, with all that a page may still send', 20, 900, (page: Page) => page.goto(other.origin)],
    ['by being closed', 5, 10, (page: Page) => page.close({ runBeforeUnload: true })],
  ])('what has just ended arrives when the page is left %s', async (_how, spans, characters, leave) => {
    const page = await open();
    const traceId = await page.evaluate(([count, length]) => (globalThis as unknown as App).leave(count, length), [
      spans,
      characters,
    ] as const);
    await leave(page);
    expect(namesIn(await collector.trace(traceId, spans))).toHaveLength(spans);
  });
});
