/** One of each kind; none is in another, and in nothing else that is sent. */
export const SECRETS = {
  email: 'marta.quux@zebra-example.net',
  phone: '+1 202 555 0143',
  card: '4111 1111 1111 1111',
  ssn: '536-22-8745',
  iban: 'DE89 3704 0044 0532 0130 00',
  ip: '203.0.113.77',
  api_key: 'sk-proj-aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7dE9fG1hJ3',
  password: 'hunter2zebrafinch',
  private_key: 'MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6ZWJyYSJ9.c2lnbmF0dXJlLW9mLXplYnJhcw',
  url_credentials: 'zebra:finchfinch',
  employee_id: 'EMP-4711',
} as const;

const PEM = ['-----BEGIN PRIVATE KEY-----', SECRETS.private_key, '-----END PRIVATE KEY-----'].join('\n');

/** All of them as they stand in texts. */
export const PLANTED = [
  `mail ${SECRETS.email}, call ${SECRETS.phone}, card ${SECRETS.card}, ssn ${SECRETS.ssn}, iban ${SECRETS.iban}`,
  `from ${SECRETS.ip} with key ${SECRETS.api_key} and password: ${SECRETS.password}; jwt ${SECRETS.jwt}`,
  `at https://${SECRETS.url_credentials}@example.com/ as ${SECRETS.employee_id}`,
  PEM,
].join('\n');

/** A whole number that a card has. */
export const CARD_NUMBER = 5555555555554444;

export const MARKERS: readonly string[] = [...Object.values(SECRETS), String(CARD_NUMBER)];
