// The page: four views, one connection to the server, one API key.
import { AdviseView } from "./advise/advise_view.ts";
import { AuditView } from "./audit/audit_view.ts";
import { ApiKeyPrompt } from "./page/api_key_prompt.ts";
import { Connection } from "./page/connection.ts";
import { byId } from "./page/dom.ts";
import { unfoldOnPaper } from "./page/unfolded_on_paper.ts";
import { Views } from "./page/views.ts";
import { StudiesView } from "./studies/studies_view.ts";
import { ValidateView } from "./validate/validate_view.ts";

const connection = new Connection(() => views.retry());
const keyPrompt = new ApiKeyPrompt(() => views.retry());
const views: Views = new Views({
  advise: () => new AdviseView(connection, keyPrompt, (view, query) => views.go(view, query)),
  validate: (root) => new ValidateView(root, connection, keyPrompt, (query) => views.go("validate", query)),
  studies: (root) => new StudiesView(root, connection, keyPrompt, (query) => views.go("studies", query)),
  audit: (root) => new AuditView(root, connection, keyPrompt),
});
views.show();
unfoldOnPaper();
byId("loading").remove();
