import './settings/settings.css';
import { call } from './platform/bridge';
import { start } from './platform/start';
import { SpaceSettings } from './settings/SpaceSettings';

void start(<SpaceSettings call={call} />);
