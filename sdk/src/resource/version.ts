export const SDK_NAME = 'noveum-trace';
export const SDK_VERSION = '0.1.0';
