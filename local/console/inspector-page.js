customElements.define("inspector-page", class extends HTMLElement { choose() {} });
