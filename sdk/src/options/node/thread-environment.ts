/** The process's environment without what Node preloads by it. */
export const threadEnvironment = (): NodeJS.ProcessEnv => {
  const { NODE_OPTIONS: _preloads, ...environment } = process.env;
  return environment;
};
