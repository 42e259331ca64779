import './administration/settings.css';
import './administration/admin.css';
import { SpacePage } from './administration/SpacePage';
import { call } from './platform/bridge';
import { start } from './platform/start';

void start(<SpacePage call={call} />);
