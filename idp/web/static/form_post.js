"use strict";
// Called through the prototype: a response parameter named "submit" would hide the method.
HTMLFormElement.prototype.submit.call(document.getElementById("form-post"));
