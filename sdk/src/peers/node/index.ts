export { hasPackage, requirePackage } from './packages.js';
