export { edgeHost } from './edge-host.js';
export { edgePlatform } from './edge-platform.js';
export { currentPage } from './page.js';
