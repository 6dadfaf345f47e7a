export { exporterNames } from './exporter-names.js';
export { type PipelineSettings, pipelineSettingsOf, reasonToStay, type ThreadSettings } from './pipeline-settings.js';
