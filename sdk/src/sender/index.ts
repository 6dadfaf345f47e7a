export { type Sender, type SenderProcess, senderProcessOf } from './sender.js';
export { createSenderHeader, type SenderHeader } from './sender-header.js';
export { createTelling, type Told } from './told.js';
