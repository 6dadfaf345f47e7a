import { createNoopMeter, metrics, type Observable } from '@opentelemetry/api';

import { type MetricKey, METRICS } from './definitions.js';
import type { MetricPoint } from './self-metrics.js';

export interface OtelMetrics {
  /** Takes the global MeterProvider as soon as there is one; until then this looks for it, which costs next to nothing. */
  bind(): void;
  /** Idempotent; nothing is bound afterwards. */
  unbind(): void;
}

/** The SDK's own metrics, read when a reader collects them. Nothing here throws. */
export const createOtelMetrics = (
  scope: { readonly name: string; readonly version: string },
  read: () => readonly MetricPoint[],
  onError: (error: unknown, where: string) => void,
): OtelMetrics => {
  const none = createNoopMeter();
  let unbind: (() => void) | undefined;

  const register = (): void => {
    const meter = metrics.getMeter(scope.name, scope.version);
    if (meter === none) return;
    const instruments = new Map<MetricKey, Observable>();
    for (const [key, { name, kind, unit, description }] of Object.entries(METRICS))
      instruments.set(
        key as MetricKey,
        kind === 'counter'
          ? meter.createObservableCounter(name, { unit, description })
          : meter.createObservableUpDownCounter(name, { unit, description }),
      );
    const observed = [...instruments.values()];
    const observe: Parameters<typeof meter.addBatchObservableCallback>[0] = (result) => {
      for (const { metric, value, attributes } of read()) {
        const instrument = instruments.get(metric);
        if (instrument !== undefined) result.observe(instrument, value, attributes);
      }
    };
    meter.addBatchObservableCallback(observe, observed);
    unbind = () => meter.removeBatchObservableCallback(observe, observed);
  };

  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      onError(error, 'metrics');
    }
  };

  return {
    bind() {
      if (unbind === undefined) guarded(register);
    },
    unbind() {
      const bound = unbind;
      unbind = () => undefined;
      if (bound !== undefined) guarded(bound);
    },
  };
};
