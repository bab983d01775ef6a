// The four views of the page, each with an address of its own, and the way from one to another.

export interface View {
  /** The view is seen from now on; `query` is its part of the address. `start`: what it describes was asked to begin. */
  show(query: URLSearchParams, start: boolean): void;
  /** Another view is seen; whatever runs only to be looked at ends. */
  hide(): void;
  /** The server is back, or has its key: ask again for what is missing. */
  retry(): void;
}

export const kViewNames = ["advise", "validate", "studies", "audit"] as const;
export type ViewName = (typeof kViewNames)[number];

const kTitles: Readonly<Record<ViewName, string>> = {
  advise: "ssem: loss weight and temperature without class collapse",
  validate: "Validate · ssem",
  studies: "Studies · ssem",
  audit: "Audit · ssem",
};

export class Views {
  private readonly made = new Map<ViewName, View>();
  private current: ViewName | null = null;

  constructor(private readonly make: Readonly<Record<ViewName, (root: HTMLElement) => View>>) {
    document.addEventListener("click", (event) => this.onClick(event));
    window.addEventListener("popstate", () => this.show());
  }

  /** Shows what the address says. An address alone starts nothing. */
  show(start = false): void {
    const name = viewOf(location.pathname);
    const previous = this.current;
    if (previous !== null && previous !== name) this.made.get(previous)?.hide();
    this.current = name;
    for (const other of kViewNames) root(other).hidden = other !== name;
    for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-view-link]")) {
      if (link.dataset.viewLink === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = kTitles[name];
    let view = this.made.get(name);
    if (view === undefined) {
      view = this.make[name](root(name));
      this.made.set(name, view);
    }
    view.show(new URLSearchParams(location.search), start);
  }

  go(name: ViewName, query: URLSearchParams | string = "", start = false): void {
    history.pushState(null, "", addressOf(name, query));
    this.show(start);
    window.scrollTo(0, 0);
    document.getElementById("content")?.focus({ preventScroll: true }); // where a reader of the screen goes on
  }

  retry(): void {
    if (this.current !== null) this.made.get(this.current)?.retry();
  }

  /** Links between views change the address without loading the page again. */
  private onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-view-link]") : null;
    if (link === null) return;
    event.preventDefault();
    const address = new URL(link.href);
    const name = viewOf(address.pathname);
    if (name === "advise" && name === this.current && address.search === "") return; // what the form says is kept
    this.go(name, address.search.slice(1), link.dataset.start !== undefined);
  }
}

/** The view's address, with what follows it. */
export function addressOf(name: ViewName, query: URLSearchParams | string = ""): string {
  const text = String(query);
  return (name === "advise" ? "./" : name) + (text === "" ? "" : `?${text}`);
}

export function viewOf(pathname: string): ViewName {
  const last = pathname.slice(pathname.lastIndexOf("/") + 1);
  return kViewNames.find((name) => name === last) ?? "advise";
}

function root(name: ViewName): HTMLElement {
  const found = document.getElementById(`view-${name}`);
  if (found === null) throw new Error(`index.html has no #view-${name}`);
  return found;
}
