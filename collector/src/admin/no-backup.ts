/** What is said where a backup is asked for. */
export const NO_BACKUP =
  'with the elasticsearch store backups are snapshots of Elasticsearch: take one of the indices (noveum-*) there';
