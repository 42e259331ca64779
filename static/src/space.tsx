import './settings/settings.css';
import './admin/admin.css';
import { SpacePage } from './admin/SpacePage';
import { call } from './platform/bridge';
import { start } from './platform/start';

void start(<SpacePage call={call} />);
