import { type MetricKey, METRICS } from './definitions.js';
import type { MetricPoint } from './self-metrics.js';

/** As OpenTelemetry's "Prometheus and OpenMetrics Compatibility" has it: units at the end, `_total` behind counters. */
const nameOf = (key: MetricKey): string => {
  const { name, kind, unit } = METRICS[key];
  const plain = name.replaceAll('.', '_');
  const inUnits = unit === 'By' && !plain.endsWith('_bytes') ? `${plain}_bytes` : plain;
  return kind === 'counter' ? `${inUnits}_total` : inUnits;
};

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const labelsOf = (attributes: MetricPoint['attributes']): string => {
  const labels = Object.entries(attributes).map(([name, value]) => `${name.replaceAll('.', '_')}="${escaped(value)}"`);
  return labels.length === 0 ? '' : `{${labels.join(',')}}`;
};

/** Prometheus's text format, version 0.0.4. */
export const prometheusText = (points: readonly MetricPoint[]): string =>
  (Object.keys(METRICS) as MetricKey[])
    .flatMap((key) => {
      const own = points.filter(({ metric }) => metric === key);
      if (own.length === 0) return [];
      const name = nameOf(key);
      const { description, kind } = METRICS[key];
      return [
        `# HELP ${name} ${description}`,
        `# TYPE ${name} ${kind === 'counter' ? 'counter' : 'gauge'}`,
        ...own.map(({ attributes, value }) => `${name}${labelsOf(attributes)} ${value}`),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
