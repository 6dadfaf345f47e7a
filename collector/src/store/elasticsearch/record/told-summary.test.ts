import fc from 'fast-check';
import { documentOf, summaryOf } from 'noveum-proto';

import { anyDelivery, anyTrace } from '../../contract/arbitraries.js';
import { spansArrive } from '../../contract/delivery.js';
import { traceIdOf } from '../../contract/models.js';
import { CONTRACT_PRICES } from '../../contract/prices.js';
import { toldSummary } from './index.js';

test('what a list shows, told by what was seen on the way, is what the document says, or nothing is told', () => {
  let told = 0;
  fc.assert(
    fc.property(
      anyTrace(traceIdOf(0)).chain((spans) => anyDelivery(spans)),
      (requests) => {
        const fragments = requests.flatMap((request) => spansArrive(request));
        const summary = toldSummary(fragments);
        if (summary === null) return;
        told++;
        const document = documentOf(fragments, { prices: CONTRACT_PRICES });
        expect(document).not.toBeNull();
        if (document !== null) expect(summary).toEqual(summaryOf(document));
      },
    ),
    { numRuns: 300 },
  );
  expect(told).toBeGreaterThan(10);
});
