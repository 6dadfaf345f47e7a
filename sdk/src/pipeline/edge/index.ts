export { edgeWires } from './edge-wires.js';
