// What an application does, by either form of the package: a few ways to trace, then how it went.
exports.work = async ({ getClient, getCurrentTrace, observe, span, startSpan, traceLlm, withContext }) => {
  const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
  const weather = observe(async (city) => (await tick(), `${city}: rain`), { name: 'weather' });
  const answer = traceLlm(
    async function* () {
      for (const word of ['it ', 'will ', 'rain']) {
        await tick();
        yield word;
      }
    },
    { name: 'answer', model: 'gpt-4o' },
  );
  let traceId = '';
  await withContext({ userId: 'ada' }, () =>
    span('request', async (request) => {
      ({ traceId } = getCurrentTrace());
      await weather('Paris');
      for await (const word of answer('rain?')) void word;
      startSpan('by hand', { parent: request }).end();
    }),
  );
  const client = getClient();
  const isFlushed = await client.flush(20_000);
  const stats = client.getStats();
  await client.shutdown();
  console.log(JSON.stringify({ node: process.version, traceId, isFlushed, stats, worker: client.options.worker }));
};
