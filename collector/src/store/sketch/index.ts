export {
  createQuantileSketch,
  readQuantileSketch,
  type QuantileSketch,
  sketchBucketOf,
  sketchValueOf,
} from './quantile-sketch.js';
export { createUniqueSketch, readUniqueSketch, type UniqueSketch, type UniqueState } from './unique-sketch.js';
