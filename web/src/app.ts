// The page: four views, one connection to the server, one API key.
import { AdviseView } from "./advise_view.ts";
import { ApiKeyPrompt } from "./api_key.ts";
import { AuditView } from "./audit_view.ts";
import { Connection } from "./connection.ts";
import { byId } from "./dom.ts";
import { StudiesView } from "./studies_view.ts";
import { ValidateView } from "./validate_view.ts";
import { Views } from "./views.ts";

const connection = new Connection(() => views.retry());
const keyPrompt = new ApiKeyPrompt(() => views.retry());
const views: Views = new Views({
  advise: () => new AdviseView(connection, keyPrompt),
  validate: (root) => new ValidateView(root, connection, keyPrompt, (query) => views.go("validate", query)),
  studies: (root) => new StudiesView(root, connection, keyPrompt, (query) => views.go("studies", query)),
  audit: (root) => new AuditView(root, connection, keyPrompt),
});
views.show();
byId("loading").remove();
