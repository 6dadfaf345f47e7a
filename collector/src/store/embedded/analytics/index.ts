export { createDayAnalytics, type DayAnalytics } from './day-analytics.js';
export { createSliceMemory, type SliceMemory } from './slice-memory.js';
