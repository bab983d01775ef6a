// The two ways into the form, and the fields of a library that somebody trains with already.
import { byId } from "../../page/dom.ts";
import type { FormState } from "../../problem/form_state.ts";
import { kLibraryTitles, kUsualTemperature, libraryOf } from "./libraries.ts";

export class LibraryFields {
  private readonly library = byId<HTMLSelectElement>("library");
  private readonly temperature = byId<HTMLInputElement>("library_temperature");
  private readonly already = byId<HTMLInputElement>("standing-already");
  private readonly anew = byId<HTMLInputElement>("standing-anew");

  constructor() {
    this.library.replaceChildren(...Object.entries(kLibraryTitles).map(([name, title]) => new Option(title, name)));
    this.already.addEventListener("change", () => {
      if (this.temperature.value.trim() === "") this.temperature.value = kUsualTemperature;
    });
  }

  /** The name of the library; empty where a run is only planned. */
  read(): string {
    return this.already.checked ? this.library.value : "";
  }

  write(state: FormState): void {
    const known = libraryOf(state.library);
    this.already.checked = known !== null;
    this.anew.checked = known === null;
    if (known !== null) this.library.value = known;
  }

  /** Which fields are in use follows what is chosen. */
  reflect(): void {
    const trains = this.already.checked;
    byId("already").hidden = !trains;
    for (const part of document.querySelectorAll<HTMLElement>("[data-only=anew]")) part.hidden = trains;
  }
}
