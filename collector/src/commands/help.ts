import { settingsHelp } from '../config/index.js';

export const HELP = `noveum-collector [command] [flags]

Commands:
  start                     run the collector (default)
  keys create --project P --env prod|dev|test --role ingest|read|admin [--expires 90d|2027-01-31]
                            make a key and print it
  keys list
  keys revoke KEY           by the beginning that keys list shows, or the whole key
  backup DIR                copy everything into an empty directory, while the collector runs or not
  restore DIR               the way back, into an empty data directory
  rederive --since TIME [--until TIME] [--project NAME] [--dry-run]
                            map and price stored traces anew, while the collector runs or not; TIME is
                            ISO 8601, or days or hours back as 7d or 36h; --dry-run only says what would change
  migrate --to elasticsearch [--check]
                            copy the embedded store into Elasticsearch, while the collector runs or not, and
                            compare; stopped at any time it goes on where it was; --check only compares
  dead-letters list [--project NAME]
                            requests that were acknowledged and could not be stored
  dead-letters retry [--project NAME]
                            put them back into the journal of the running collector

Flags (each also as NOVEUM_COLLECTOR_… in the environment, or by name in the file):
  --config                  file of settings, YAML or JSON
  --print-config            print what holds, secrets masked, and end
  --help, --version
${settingsHelp()}

  NOVEUM_COLLECTOR_ADMIN_KEY, NOVEUM_COLLECTOR_ADMIN_KEY_FILE: an admin key beside those that were made

A flag beats the file, the file the environment, the environment the default.
Exit codes: 0 clean, 1 fault, 2 configuration.`;
