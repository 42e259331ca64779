import './settings/settings.css';
import './admin/admin.css';
import { SitePage } from './admin/SitePage';
import { call } from './platform/bridge';
import { start } from './platform/start';

void start(<SitePage call={call} />);
