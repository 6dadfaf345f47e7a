export { pageOfSenders, SENDER_SORTS, type SendersPage, type SendersQuery } from './list-senders.js';
export { booksOf, type SenderBooks } from './sender-books.js';
export { createSenders, type Senders, type SendersObserver } from './senders.js';
