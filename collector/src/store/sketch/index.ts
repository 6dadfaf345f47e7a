export { createQuantileSketch, readQuantileSketch, type QuantileSketch } from './quantile-sketch.js';
export { createUniqueSketch, readUniqueSketch, type UniqueSketch, type UniqueState } from './unique-sketch.js';
