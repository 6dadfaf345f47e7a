import type { StoreAnalytics, SummaryQuery, TimeseriesQuery } from '../store/index.js';
import { summaryText, type SummaryText, timeseriesText, type TimeseriesText } from './analytics-text.js';

/** The sums of a store as text, made in the thread that reads. */
export interface AnalyticsAnswers {
  summarise(query: SummaryQuery): Promise<SummaryText>;
  timeseries(query: TimeseriesQuery): Promise<TimeseriesText>;
}

export const createAnalyticsAnswers = (store: StoreAnalytics): AnalyticsAnswers => ({
  summarise: async (query) => summaryText(query, await store.summarise(query)),
  timeseries: async (query) => timeseriesText(query, await store.timeseries(query)),
});
