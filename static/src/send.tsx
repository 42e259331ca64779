import './dialog/send.css';
import { SendDialog } from './dialog/SendDialog';
import { call, closeDialog, loadAttachment } from './platform/bridge';
import { start } from './platform/start';

// Asked for before anything is drawn: it takes longer than drawing.
const opening = call('send/open', {});
void start(<SendDialog call={call} loadAttachment={loadAttachment} onClose={closeDialog} opening={opening} />, 'sender');
