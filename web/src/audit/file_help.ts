// How to come by a file: an example to try, and the lines that write one's own.
import { copyButton } from "../page/clipboard.ts";
import { button, element } from "../page/dom.ts";

const kLines = `import numpy, torch

@torch.no_grad()
def save_embeddings(model, loader, path="embeddings.npz"):
    model.eval()
    rows = [(torch.nn.functional.normalize(model(images), dim=1), labels) for images, labels in loader]
    numpy.savez(path, embeddings=torch.cat([r for r, _ in rows]).cpu().numpy(),
                labels=torch.cat([l for _, l in rows]).cpu().numpy())
`;

export function fileHelp(tryExample: () => void): HTMLElement {
  const example = button("Try an example", "quiet small", tryExample);
  example.id = "audit-example";
  const code = element("pre", element("code", kLines.trimEnd()));
  code.tabIndex = 0;
  code.setAttribute("aria-label", "PyTorch code that writes such a file");
  const own = element(
    "details.advanced",
    element("summary", "How to write such a file"),
    element("p.hint", "With PyTorch; model gives what the loss sees, the output of its head."),
    code,
    copyButton("Copy", "Copy the PyTorch code that writes such a file", kLines),
  );
  return element("div.file-help", element("div.actions", example), own);
}
