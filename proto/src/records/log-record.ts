import { type AttributeHolder, createAttributeHolder } from './attribute-holder.js';
import type { Fields } from './fields.js';
import { editByMap, integersByMap, type MapOptions, type StringMap } from './map-strings.js';
import { LOG, LOG_TEXTS } from './tags.js';
import { createTextEditing } from './text-edits.js';
import type { Workspace } from './workspace.js';

/** One encoded log record; as a span's, valid during the call that it is given to. */
export interface LogRecord extends AttributeHolder {
  /** Every text of the record: body, severity, name of its event, attributes with their keys. */
  mapStrings(map: StringMap, options?: MapOptions): void;
}

export const createLogRecord = (workspace: Workspace, fields: Fields): LogRecord => ({
  ...createAttributeHolder(workspace, fields, LOG.attributes),
  mapStrings(map, options) {
    const edit = createTextEditing(workspace, editByMap(workspace, map), integersByMap(map, options));
    fields.edit((field) => edit(field, LOG_TEXTS));
  },
});
