"""A real shop at work: processes, goods, people, the story, and a crowd that makes the pages look alive."""
