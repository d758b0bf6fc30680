// GOV.UK Frontend's behaviour for the parts our forms use.
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";

const parts = [CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios];

export function start(root = document) {
  for (const Part of parts) {
    for (const element of root.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
      if (!element.hasAttribute(`data-${Part.moduleName}-init`)) new Part(element);
    }
  }
}
