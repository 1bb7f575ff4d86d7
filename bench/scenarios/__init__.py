"""What is measured, one module each. A scenario sees a `Visitor`, never a contender."""
