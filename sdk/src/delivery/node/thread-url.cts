import url = require('node:url');

/**
 * Where the thread's code is, beside this file: CommonJS in either form of the package, because an ES module's own
 * address can't be asked for in code that is compiled to both.
 */
const threadUrl = (): URL => new URL('../../pipeline-thread.js', url.pathToFileURL(__filename));

export = { threadUrl };
