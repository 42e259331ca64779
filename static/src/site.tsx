import './administration/settings.css';
import './administration/admin.css';
import { SitePage } from './administration/SitePage';
import { call } from './platform/bridge';
import { start } from './platform/start';

void start(<SitePage call={call} />);
