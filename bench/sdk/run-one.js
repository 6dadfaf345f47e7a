// node --expose-gc run-one.js <adapter> <scenario> <sink>: one measure of one SDK in a process of its own, as a line of JSON.
import { readFileSync } from 'node:fs';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

const [, , adapter, scenario, url] = process.argv;
const SPANS = Number(process.env.SPANS ?? 19_200);
const WARM_UP = Number(process.env.WARM_UP ?? 4_800);
/** Spans between two turns of the event loop: more than most batches, fewer than any queue. */
const CHUNK = 480;
const BURST = 100_000;

const [mode, work] = scenario.includes(':') ? scenario.split(':') : ['on', scenario];
/** The most that this process has held; `maxRSS` has the memory in it of the process that started it. */
const peakRssMebibytes = () => {
  const [, kibibytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) / 1_024;
};
const beforeImport = process.cpuUsage();
const { create } = await import(`./adapters/${adapter}.js`);
const { user: importUser, system: importSystem } = process.cpuUsage(beforeImport);
if (work === 'import') {
  console.log(
    JSON.stringify({
      import_cpu_ms: (importUser + importSystem) / 1_000,
      rss_mib: peakRssMebibytes(),
    }),
  );
  process.exit();
}
const ask = async (path) => (await fetch(url + path)).json();
const cpuMicros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const MEBI = 1_048_576;

await ask('/reset');
const sdk = await create({ url, mode: { on: 'on', noop: 'none', sampledout: 'off' }[mode] });
if (sdk === null) {
  console.log(JSON.stringify({ skipped: true }));
  process.exit();
}

/** Of this thread alone: an SDK's own thread may run beside it, on the same core. */
const callerMicros = () => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

/** Runs `each` in chunks; the CPU time of the caller's thread within them is hot. */
const paced = async (each, count, spansEach, flushes) => {
  let hot = 0;
  for (let done = 0; done < count; done += CHUNK) {
    const before = callerMicros();
    for (let at = 0; at < CHUNK / spansEach; at++) {
      const result = each(done + at);
      if (result instanceof Promise) await result;
    }
    hot += callerMicros() - before;
    if (flushes) await sdk.flush();
    await turn();
  }
  return hot;
};

const timed = async (each, spansEach) => {
  await paced(each, WARM_UP, spansEach, true);
  await sdk.flush();
  await ask('/reset');
  globalThis.gc();
  const before = cpuMicros();
  const hot = await paced(each, SPANS, spansEach, false);
  await sdk.flush();
  const total = cpuMicros() - before;
  await sleep(50);
  const { spans, bytes } = await ask('/count');
  return {
    hot_us: hot / SPANS,
    // What is dropped costs little: an SDK that can't keep up isn't cheaper for it.
    total_us: hot / SPANS + (total - hot) / spans,
    arrived: spans,
    expected: SPANS,
    bytes_per_span: bytes / SPANS,
  };
};

/** The longest that a timer of one millisecond was late. */
const watchLoop = () => {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
};

const arrivedOf = async (expected) => {
  await sleep(300);
  return { arrived: (await ask('/count')).spans, expected };
};

const burst = async () => {
  for (let at = 0; at < BURST; at++) sdk.span(at);
  const before = performance.now();
  await sdk.flush();
  const flush_ms = performance.now() - before;
  return { flush_ms, rss_mib: peakRssMebibytes(), ...(await arrivedOf(BURST)) };
};

const heap = async () => {
  await sdk.flush();
  globalThis.gc();
  const used = () => {
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / MEBI;
  };
  const before = used();
  let peak = 0;
  for (let at = 0; at < BURST; at++) {
    sdk.llm(at);
    if (at % 200 === 199) {
      await turn();
      peak = Math.max(peak, used());
    }
  }
  await sdk.flush();
  await sleep(500);
  globalThis.gc();
  return { peak_mib: peak - before, retained_mib: used() - before, ...(await arrivedOf(BURST)) };
};

const rate = async () => {
  const SECONDS = 10;
  const PER_SECOND = 500;
  for (let at = 0; at < 1_000; at++) sdk.span(at);
  await sdk.flush();
  await ask('/reset');
  const stopWatching = watchLoop();
  const start = performance.now();
  const before = cpuMicros();
  for (let at = 0; at < SECONDS * PER_SECOND;) {
    const due = Math.min(SECONDS * PER_SECOND, ((performance.now() - start) / 1_000) * PER_SECOND);
    for (; at < due; at++) (at % 2 === 0 ? sdk.span : sdk.llm)(at);
    await sleep(10);
  }
  const loop_max_ms = stopWatching();
  await sdk.flush();
  const cpu_percent = ((cpuMicros() - before) / (performance.now() - start) / 1_000) * 100;
  return { cpu_percent, loop_max_ms, ...(await arrivedOf(SECONDS * PER_SECOND)) };
};

const MEASURES = {
  span: () => timed(sdk.span, 1),
  llm: () => timed(sdk.llm, 1),
  wrap: () => timed(sdk.wrap3, 3),
  burst,
  heap,
  rate,
};
console.log(JSON.stringify({ adapter, scenario, ...(await MEASURES[work]()) }));
process.exit(0);
