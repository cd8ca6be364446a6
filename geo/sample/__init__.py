"""The synthetic banner: grids, patches, people, permits and findings from one seed."""
