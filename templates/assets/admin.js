// What the pages do beyond htmx. Without it they are plain forms.
"use strict";
