export { type Encrypting, encryptStage } from './encrypt-stage.js';
export { genAiStage } from './genai-stage.js';
export { limitsStage } from './limits-stage.js';
export { resourceStage } from './resource-stage.js';
