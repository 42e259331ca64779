import './settings/settings.css';
import { call } from './platform/bridge';
import { start } from './platform/start';
import { SiteSettings } from './settings/SiteSettings';

void start(<SiteSettings call={call} />);
